# Contests played from seeds; what failed is seen again by the command that is printed.
.PHONY: sim
SEEDS ?= 10000
SIM_OBJ := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/simulation/*.c) tests/support/stage.c tests/support/room_digest.c)

$(BUILD)/simulation: $(PURE:%.c=$(BUILD)/%.o) $(SIM_OBJ)
	$(CC) $(CFLAGS) $^ -o $@ $(LDLIBS)
-include $(SIM_OBJ:.o=.d)

sim: $(BUILD)/simulation ## simulated contests from SEEDS seeds (10000)
	@nice $(BUILD)/simulation --seeds $(SEEDS)
