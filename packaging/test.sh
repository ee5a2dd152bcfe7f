#!/bin/bash
# The package, installed, run, upgraded, removed and purged in a clean root: packaging/test.sh FOLDER
set -euo pipefail
folder=$(cd "$1" && pwd)
package=$(ls "$folder"/hoithi_*.deb)
fail() { echo "deb: $*" >&2; exit 1; }

# ---- what is in it ----
contents=$(dpkg-deb -c "$package")
for path in ./usr/bin/hoithi ./etc/hoithi/hoithi.conf ./lib/systemd/system/hoithi.service ./usr/share/doc/hoithi/copyright ./usr/share/hoithi/banks/digital-citizen/; do
    grep -qF " $path" <<<"$contents" || fail "$path is missing"
done
! grep -vE '^[-d]\S+ root/root ' <<<"$contents" || fail "something is not root's"
fields=$(dpkg-deb -f "$package")
for needed in redis-server libwebsockets-evlib-uv adduser libhiredis libssl libc6 libcjson libuv1 libxlsxwriter; do
    grep -E '^Depends:' <<<"$fields" | grep -qF "$needed" || fail "it does not depend on $needed"
done
[ "$(dpkg-deb -I "$package" conffiles)" = /etc/hoithi/hoithi.conf ] || fail "hoithi.conf is no conffile"
sh -n packaging/postinst && sh -n packaging/prerm && sh -n packaging/postrm

# ---- in a clean root: this machine's files beneath, everything that is written above ----
if [ "$(id -u)" != 0 ] || ! unshare -m true 2>/dev/null; then
    echo "deb: contents are right; installing was not tested, that needs root and mount namespaces"
    exit 0
fi
export PACKAGE=$package
unshare --mount --pid --fork --kill-child bash -euo pipefail <<'INSIDE'
fail() { echo "deb: $*" >&2; exit 1; }
base=$(mktemp -d); mount -t tmpfs none "$base"; mkdir "$base/upper" "$base/work" "$base/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$base/upper,workdir=$base/work" "$base/root"
root=$base/root
mount -t proc proc "$root/proc"; mount --bind /dev "$root/dev"; mount -t tmpfs none "$root/run"; mount -t tmpfs none "$root/tmp"
rm -rf "$root/etc/hoithi" "$root/var/lib/hoithi"
cp "$PACKAGE" "$root/tmp/hoithi.deb"
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }

inside dpkg --install /tmp/hoithi.deb >"$root/tmp/log" 2>&1 || { cat "$root/tmp/log"; fail "it cannot be installed"; }
inside getent passwd hoithi >/dev/null || fail "there is no user hoithi"
[ "$(inside stat -c '%U %a' /var/lib/hoithi)" = "hoithi 700" ] || fail "/var/lib/hoithi is not hoithi's own"
if command -v systemd-analyze >/dev/null; then
    said=$(inside systemd-analyze verify hoithi.service 2>&1 | grep -F hoithi || true)
    [ -z "$said" ] || fail "the unit: $said"
fi

# As the unit starts it, but for the port.
inside setpriv --reuid hoithi --regid hoithi --clear-groups env HOITHI_LISTEN=127.0.0.1:0 HOITHI_WORKERS=1 /usr/bin/hoithi serve >"$root/tmp/out" 2>"$root/tmp/err" &
server=$!
for ((i = 0; i < 200; i++)); do grep -q '^ready ' "$root/tmp/out" && break; sleep 0.1; done
url=$(sed -n 's/^ready //p' "$root/tmp/out")
[ -n "$url" ] || { cat "$root/tmp/err"; fail "it does not start"; }
key=$(sed -n 's/.*#key=//p' "$root/tmp/out")
curl -sf -m 10 -H "Authorization: Bearer $key" "$url/api/banks" | grep -q digital-citizen || fail "its banks are not served"
kill "$server"; wait "$server" || true

echo "# mine" >>"$root/etc/hoithi/hoithi.conf"
inside dpkg --force-confdef --force-confold --install /tmp/hoithi.deb >"$root/tmp/log" 2>&1 || { cat "$root/tmp/log"; fail "it cannot be installed again"; }
grep -q '^# mine' "$root/etc/hoithi/hoithi.conf" || fail "an upgrade has changed the settings"
inside dpkg --remove hoithi >"$root/tmp/log" 2>&1 || { cat "$root/tmp/log"; fail "it cannot be removed"; }
[ ! -e "$root/usr/bin/hoithi" ] && [ -e "$root/etc/hoithi/hoithi.conf" ] || fail "removing left the program or took the settings"
inside dpkg --purge hoithi >"$root/tmp/log" 2>&1 || { cat "$root/tmp/log"; fail "it cannot be purged"; }
[ ! -e "$root/etc/hoithi/hoithi.conf" ] && [ -d "$root/var/lib/hoithi/redis" ] || fail "purging left the settings or took the contests"
INSIDE
echo "deb: $(basename "$package") installs, serves as its own user, upgrades with its settings kept, and goes; contests stay"
