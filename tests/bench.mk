.PHONY: bench
BENCH_PURE := $(patsubst %.c,$(BUILD)/%.o,$(wildcard question-banks/*.c) $(wildcard rooms/*.c))
$(BUILD)/bench-replay: $(BENCH_PURE) $(BUILD)/tests/bench/replay.o $(BUILD)/tests/bench/contest.o
	$(CC) $(CFLAGS) $^ -o $@ $(LDLIBS)
