#!/bin/sh
# Runs one database server for an owner, and never lets it outlive that owner. Arguments: run folder, server command…
# Standard input is a pipe whose other end only the owner holds. Lines: TERM or KILL are sent to the server, KEEP spares
# the folder. When the pipe closes, for whatever reason (kill -9 of the owner too), the server is killed and the run folder
# removed. Standard output: "pid N" once, then "exit N" when the server has ended.
folder=$1
shift
"$@" </dev/null >>"$folder/server.log" 2>&1 &
server=$!
trap '' PIPE
echo "pid $server"
exec 3<&0
(
  remove=yes
  while read -r word <&3; do
    case $word in
      KEEP) remove=no ;;
      TERM | KILL) [ -e "$folder/ended.$server" ] || kill -s "$word" "$server" 2>/dev/null ;;
    esac
  done
  if [ ! -e "$folder/ended.$server" ]; then
    kill -s KILL "$server" 2>/dev/null
    while [ ! -e "$folder/ended.$server" ]; do sleep 0.02; done
  fi
  rm -f "$folder/ended.$server"
  [ "$remove" = no ] || rm -rf "$folder"
) >/dev/null 2>&1 &
keeper=$!
exec 3<&- </dev/null
wait "$server"
code=$?
: >"$folder/ended.$server"
echo "exit $code"
wait "$keeper"
