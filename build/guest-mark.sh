#!/bin/sh
# mark TEXT: prints a line which the test can wait for.
echo "guest $BOOT: $*"
