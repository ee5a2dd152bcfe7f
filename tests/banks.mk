# The schema and the loader, over the same files.
.PHONY: schema-test
BANK_OBJ := $(patsubst %.c,$(BUILD)/%.o,$(wildcard question-banks/*.c))

$(BUILD)/check-banks: $(BANK_OBJ) $(BUILD)/tests/banks/check_banks.o
	$(CC) $(CFLAGS) $^ -o $@ $(LDLIBS)

schema-test: $(BUILD)/check-banks $(WEB_STAMP) ## bank.schema.json accepts what the loader accepts
	@CHECK_BANKS=$(BUILD)/check-banks node --test tests/banks/schema.test.mjs >$(BUILD)/schema-test.log || { cat $(BUILD)/schema-test.log; exit 1; }
	@grep -E '^(#|ℹ) (tests|pass) ' $(BUILD)/schema-test.log
