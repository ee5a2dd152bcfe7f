# The pages: made by node, carried in the program as one object.
PAGES_OBJ := $(BUILD)/pages.o
WEB_OUT := build/web
WEB_C := build/pages.c
WEB_STAMP := web/node_modules/.package-lock.json
WEB_SRC := $(shell find web/src -type f 2>/dev/null) web/build.mjs web/tsconfig.json
WEB_TESTS := $(wildcard tests/web/*.test.ts)

.PHONY: pages web-test web-browser
pages: deps ## the pages and build/pages.c
	@$(MAKE) -s $(PAGES_OBJ)

$(WEB_STAMP): web/package-lock.json
	cd web && npm ci --no-fund --no-audit --loglevel=error
	@touch $@

build/web.types: $(WEB_SRC) $(WEB_STAMP)
	@mkdir -p build
	cd web && node_modules/.bin/tsc --noEmit
	@touch $@

$(WEB_C): $(WEB_SRC) $(WEB_STAMP) build/web.types
	node web/build.mjs $(WEB_OUT) $(WEB_C)

$(PAGES_OBJ): $(WEB_C) engine/pages.h
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c $< -o $@

web-test: pages ## unit tests of the pages
	@web/node_modules/.bin/tsc --noEmit -p tests/web
	@rm -rf build/web-test && mkdir -p build/web-test
	@web/node_modules/.bin/esbuild $(WEB_TESTS) --bundle --platform=node --format=esm --jsx=automatic --jsx-import-source=preact \
	  --outdir=build/web-test --out-extension:.js=.mjs --log-level=warning
	@node --test build/web-test/*.mjs >build/web-test/log || { cat build/web-test/log; exit 1; }
	@grep -E '^(#|ℹ) (tests|pass) ' build/web-test/log

web-browser: pages ## the pages in Debian's Chromium, against a scripted room
	@node --test $(wildcard tests/web/*.browser.mjs) >build/web-browser.log || { grep -A24 '^ *not ok' build/web-browser.log; exit 1; }
	@grep -E '^(#|ℹ) (tests|pass) ' build/web-browser.log
