.PHONY: bench
BENCH_PURE := $(patsubst %.c,$(BUILD)/%.o,$(wildcard question-banks/*.c) $(wildcard rooms/*.c))
BENCH_LOAD := $(patsubst %,$(BUILD)/tests/bench/%.o,load load_players load_hostile wire usage histogram)
$(BUILD)/bench-replay: $(BENCH_PURE) $(BUILD)/tests/bench/replay.o $(BUILD)/tests/bench/contest.o
	$(CC) $(CFLAGS) $^ -o $@ $(LDLIBS)
$(BUILD)/bench-load: $(BENCH_LOAD) $(BUILD)/question-banks/memory.o
	$(CC) $(CFLAGS) $^ -o $@ $(LDLIBS)
$(BUILD)/bench-floor: $(BUILD)/tests/bench/floor.o
	$(CC) $(CFLAGS) $^ -o $@ $(LDLIBS)
$(BUILD)/bench-floor-lws: $(BUILD)/tests/bench/floor_lws.o
	$(CC) $(CFLAGS) $^ -o $@ $(LDLIBS)
$(BUILD)/bench-log: $(BENCH_PURE) $(BUILD)/tests/bench/log.o $(BUILD)/tests/bench/contest.o
	$(CC) $(CFLAGS) $^ -o $@ $(LDLIBS)

bench: build ## speed against a bare epoll server; FULL=1 for everything
	@$(MAKE) -s -j2 $(BUILD)/hoithi $(BUILD)/bench-replay $(BUILD)/bench-load $(BUILD)/bench-floor $(BUILD)/bench-floor-lws $(BUILD)/bench-log
	@BUILD=$(BUILD) FULL=$(FULL) node --experimental-websocket --no-warnings tests/bench/run.mjs
-include $(patsubst %,$(BUILD)/tests/bench/%.d,replay contest log load load_players load_hostile wire usage histogram floor floor_lws)
