.PHONY: bench-bank
$(BUILD)/bench-bank: $(patsubst %.c,$(BUILD)/%.o,$(wildcard question-banks/*.c)) $(BUILD)/tests/bench/bench_bank.o
	$(CC) $(CFLAGS) $^ -o $@ $(LDLIBS)

bench-bank: $(BUILD)/bench-bank ## time and memory of loading a bank of 10,000 questions
	@$<
