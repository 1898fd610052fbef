#!/bin/sh
# send NAME FILE: hands a file of the guest to the test, through the second serial port.
# A header line tells name, size and MD5; the bytes follow. The mark comes when all of it has left.

{
  echo "FILE $1 $(stat -c %s "$2") $(md5sum <"$2" | cut -d' ' -f1)"
  cat "$2"
} >/dev/ttyS1
mark "sent $1"
