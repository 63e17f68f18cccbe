# SPDX-License-Identifier: Apache-2.0
#
# Ends what a command started once that command is gone, however it went: then its end of this script's standard input closes.
# Lines read: "watch PID", "forget PID", and "keep" to leave everything as it is. The argument is a directory to remove at the end.
trap '' INT TERM HUP
directory=$1
pids=
while read -r word pid; do
  case $word in
    watch) pids="$pids $pid" ;;
    forget)
      rest=
      for other in $pids; do [ "$other" = "$pid" ] || rest="$rest $other"; done
      pids=$rest
      ;;
    keep) exit 0 ;;
  esac
done

alive() {
  for pid in $pids; do kill -0 "$pid" 2>/dev/null && return 0; done
  return 1
}
for pid in $pids; do kill -TERM "$pid" 2>/dev/null; done
tries=0
while alive && [ $tries -lt 30 ]; do
  sleep 0.1
  tries=$((tries + 1))
done
for pid in $pids; do kill -KILL "$pid" 2>/dev/null; done
while alive && [ $tries -lt 60 ]; do
  sleep 0.1
  tries=$((tries + 1))
done
rm -rf "$directory"
