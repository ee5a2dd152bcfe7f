# A Debian package with a hardened unit, its own user and /etc/hoithi.
.PHONY: deb deb-test
EXTRA_STAGES += deb-test

deb: build ## a Debian package in build/deb
	@packaging/build.sh $(BUILD)/hoithi "$(VERSION)" $(BUILD)/deb

deb-test: deb ## install, run, upgrade and remove the package in a clean root
	@packaging/test.sh $(BUILD)/deb
