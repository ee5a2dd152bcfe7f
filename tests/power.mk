# The power is cut on a disk that forgets what was not synced.
.PHONY: power
EXTRA_STAGES += power
CUTS ?= 12

$(BUILD)/power/disk.so: tests/power/disk.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE $(WARN) -Wno-missing-prototypes -O2 -shared -fPIC $< -o $@ -ldl

power: build $(BUILD)/power/disk.so ## power cuts in mid-contest; without fsync they must be seen to lose (CUTS=12, SEED=…)
	@HOITHI=$(abspath $(BUILD))/hoithi BUILD=$(BUILD) node tests/power/power.mjs --cuts $(CUTS) $(if $(SEED),--seed $(SEED))
	@HOITHI=$(abspath $(BUILD))/hoithi BUILD=$(BUILD) node tests/power/power.mjs --cuts 3 --appendfsync no
