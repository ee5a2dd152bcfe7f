# Fuzzing with libFuzzer. A target is tests/fuzz/fuzz_NAME.c; its seeds lie in tests/fuzz/seeds/NAME or in FUZZ_SEEDS_NAME.
.PHONY: fuzz fuzz-short fuzz-build
NAME ?= bank
FUZZ_SECONDS ?= 20
FUZZ_SEEDS_bank = tests/banks/good tests/banks/bad tests/banks/beyond-schema $(patsubst %/,%,$(wildcard question-banks/*/))
FUZZ_SEEDS_import = tests/imports
FUZZ_CFLAGS := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined
FUZZ_NAMES := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
# Of the shell: what decodes, and what that needs.
FUZZ_SHELL := $(addprefix engine/,token.c redis_address.c verify.c bundle.c node_key.c bundle_sign.c replay.c results.c results_table.c results_json.c results_csv.c \
  results_xlsx.c rooms.c redis.c redis_sync.c chance.c)
FUZZ_OBJ := $(patsubst %.c,$(BUILD)/fuzz/%.o,$(PURE) $(FUZZ_SHELL) tests/support/stage.c tests/support/room_digest.c)
fuzz-seeds = $(wildcard tests/fuzz/seeds/$(1)) $(FUZZ_SEEDS_$(1))

$(BUILD)/fuzz/%.o: %.c
	@mkdir -p $(@D)
	clang $(ALL_CFLAGS) $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c $< -o $@

$(BUILD)/fuzz/fuzz_%: tests/fuzz/fuzz_%.c $(FUZZ_OBJ)
	clang $(ALL_CFLAGS) $(FUZZ_CFLAGS) -fsanitize=fuzzer $^ -o $@ $(LDLIBS)
-include $(FUZZ_OBJ:.o=.d)

fuzz-build: $(FUZZ_NAMES:%=$(BUILD)/fuzz/fuzz_%)

fuzz: $(BUILD)/fuzz/fuzz_$(NAME) ## fuzz one target until it is stopped: make fuzz NAME=bank
	@mkdir -p $(BUILD)/fuzz/corpus/$(NAME)
	$< -max_len=65536 $(BUILD)/fuzz/corpus/$(NAME) $(call fuzz-seeds,$(NAME))

fuzz-short: ## fuzz every target for FUZZ_SECONDS (20), two at a time
	@$(MAKE) -s -j2 fuzz-build
	@echo $(FUZZ_NAMES) | xargs -P 2 -n 1 sh -c '$(MAKE) -s fuzz-one NAME=$$0 || exit 255'

.PHONY: fuzz-one
fuzz-one:
	@mkdir -p $(BUILD)/fuzz/corpus/$(NAME)
	@nice $(BUILD)/fuzz/fuzz_$(NAME) -max_len=65536 -max_total_time=$(FUZZ_SECONDS) -print_final_stats=1 -artifact_prefix=$(BUILD)/fuzz/ \
	  $(BUILD)/fuzz/corpus/$(NAME) $(call fuzz-seeds,$(NAME)) >$(BUILD)/fuzz/$(NAME).log 2>&1 || { tail -30 $(BUILD)/fuzz/$(NAME).log; exit 1; }
	@echo "fuzz $(NAME): $$(grep -o 'number_of_executed_units: .*' $(BUILD)/fuzz/$(NAME).log | sed 's/.*: //') inputs, nothing broke"
