.PHONY: bench
BENCH_PURE := $(patsubst %.c,$(BUILD)/%.o,$(wildcard question-banks/*.c) $(wildcard rooms/*.c))
BENCH_LOAD := $(patsubst %,$(BUILD)/tests/bench/%.o,load load_players load_hostile wire usage histogram)
$(BUILD)/bench-replay: $(BENCH_PURE) $(BUILD)/tests/bench/replay.o $(BUILD)/tests/bench/contest.o
	$(CC) $(CFLAGS) $^ -o $@ $(LDLIBS)
$(BUILD)/bench-load: $(BENCH_LOAD) $(BUILD)/question-banks/memory.o
	$(CC) $(CFLAGS) $^ -o $@ $(LDLIBS)
$(BUILD)/bench-floor: $(BUILD)/tests/bench/floor.o
	$(CC) $(CFLAGS) $^ -o $@ $(LDLIBS)
