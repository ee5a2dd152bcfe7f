# The real program, a real Redis, real sockets and real pages.
.PHONY: live browser faults soak
LIVE_TESTS = $(filter-out tests/live/banks/%,$(wildcard tests/live/*.test.mjs))
FAULT_SECONDS ?= 400 # the most; it ends with the fiftieth kill
SEED ?=
node-summary = grep -E '^(\#|ℹ) (tests|pass|fail) '

$(BUILD)/%.so: tests/live/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -U_GNU_SOURCE -fPIC -shared $< -o $@ -ldl

live: build $(BUILD)/shiftclock.so ## rounds, killed processes, bad input and trouble at the start, against build/hoithi
	@mkdir -p $(BUILD)
	@HOITHI=$(abspath $(BUILD))/hoithi node --test --test-reporter=spec $(LIVE_TESTS) >$(BUILD)/live.log 2>&1 || { grep -vE '^ *(✔|▶)' $(BUILD)/live.log | tail -150; exit 1; }
	@$(node-summary) $(BUILD)/live.log

browser: build ## a round through the real pages in Chromium; pictures in build/screenshots
	@mkdir -p $(BUILD)
	@HOITHI=$(abspath $(BUILD))/hoithi node --test --test-reporter=spec tests/browser/*.test.mjs >$(BUILD)/browser.log 2>&1 || { tail -150 $(BUILD)/browser.log; exit 1; }
	@$(node-summary) $(BUILD)/browser.log

faults: build ## fifty kills and stops under load, at random points (SEED=… repeats a run)
	@HOITHI=$(abspath $(BUILD))/hoithi node tests/live/faults.mjs --kills 50 --seconds $(FAULT_SECONDS) $(if $(SEED),--seed $(SEED))

soak: build ## the same until it is stopped, or for SOAK_SECONDS
	@HOITHI=$(abspath $(BUILD))/hoithi node tests/live/faults.mjs --kills 1000000 --seconds $(or $(SOAK_SECONDS),86400) $(if $(SEED),--seed $(SEED))
