#!/bin/sh
# The guest's first program: brings the sound card up, runs /run.sh, powers off.
# Lines that start with "guest N:" (N counts the boots) are marks which tests wait for.

export PATH=/bin HOME=/
/bin/busybox mkdir -p /proc /sys /dev /tmp
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs devtmpfs /dev
exec </dev/console >/dev/console 2>&1

# A reboot forgets all of memory, but the clock chip goes on: its year counts the boots from 2001.
BOOT=$(($(date -u +%Y) - 2000))
export BOOT
date -u -s "$((BOOT + 2001))-01-02 00:00" >/dev/null && hwclock -u -w
mark "booted"

# As the tests type into the console, nothing of it may come back; the second port carries raw bytes.
stty -echo
stty -F /dev/ttyS1 raw -echo 115200

for module in $(cat /modules/order); do
  insmod "/modules/$module" || mark "no module $module"
done

# The card registers while the last module loads, or a little later.
tries=100
while [ ! -e /proc/asound/card0 ] && [ "$tries" -gt 0 ]; do
  usleep 100000
  tries=$((tries - 1))
done
if [ -e /proc/asound/card0 ]; then mark "card ready"; else mark "no card"; fi

mark "run begins"
sh /run.sh
mark "run ended $?"
poweroff -f
