#!/bin/bash
# Makes a Debian package of a built program: packaging/build.sh PROGRAM VERSION FOLDER
set -euo pipefail
program=$1 version=$2 folder=$3
here=$(cd "$(dirname "$0")" && pwd)
root=$folder/root
umask 022

# A version of Debian begins with a digit; a commit without a tag comes before the first release.
version=${version#v}
[[ $version =~ ^[0-9]+\. ]] || version="0.1.0~git$(git -C "$here" rev-list --count HEAD 2>/dev/null || echo 0).$version"
version=${version//-/+}

rm -rf "$folder"
install -d "$root/DEBIAN" "$folder/debian"
install -D -m 0755 "$program" "$root/usr/bin/hoithi"
strip --strip-unneeded "$root/usr/bin/hoithi"
for bank in "$here"/../question-banks/*/*.json; do
    install -D -m 0644 "$bank" "$root/usr/share/hoithi/banks/$(basename "$(dirname "$bank")")/$(basename "$bank")"
done
for file in "$here"/../question-banks/*/media/*; do
    install -D -m 0644 "$file" "$root/usr/share/hoithi/banks/$(basename "$(dirname "$(dirname "$file")")")/media/$(basename "$file")"
done
for page in "$here"/../docs/*.md "$here"/../README.md; do
    install -D -m 0644 "$page" "$root/usr/share/doc/hoithi/$(basename "$page")"
done
install -D -m 0644 "$here/../LICENSE" "$root/usr/share/doc/hoithi/copyright"
install -D -m 0644 "$here/hoithi.conf" "$root/etc/hoithi/hoithi.conf"
install -D -m 0644 "$here/hoithi.service" "$root/lib/systemd/system/hoithi.service"
echo /etc/hoithi/hoithi.conf >"$root/DEBIAN/conffiles"
install -m 0755 "$here/postinst" "$here/prerm" "$here/postrm" "$root/DEBIAN/"

# What it is linked with, in the versions that it needs.
printf 'Source: hoithi\n\nPackage: hoithi\nArchitecture: any\n' >"$folder/debian/control"
depends=$(cd "$folder" && dpkg-shlibdeps -O -e root/usr/bin/hoithi 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
[ -n "$depends" ] || { echo "dpkg-shlibdeps found no libraries" >&2; exit 1; }

architecture=$(dpkg --print-architecture)
size=$(du -sk --exclude=DEBIAN "$root" | cut -f1)
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@SIZE@/$size/" -e "s/@DEPENDS@/$depends/" \
    "$here/control" >"$root/DEBIAN/control"
dpkg-deb --root-owner-group --build "$root" "$folder/hoithi_${version}_$architecture.deb" >/dev/null
ls "$folder"/hoithi_*.deb
