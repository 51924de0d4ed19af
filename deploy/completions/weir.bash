# Completion of weir for bash. Each verb has its options in one line of _weir_options; what stands after an option is said by
# _weir_after, and in one place for all verbs that have it.

_weir_options() { # verb
  case $1 in
    run) echo '-c --config -h --help' ;;
    demo) echo '--rate --seconds --posts -r --rules --cache --load-only -h --help' ;;
    top) echo '-u --url --every --once -h --help' ;;
    scan) echo '-r --rules -c --config --kind --text --dead-letters -h --help' ;;
    explain) echo '-r --rules -c --config --text --field --kind --lang --flag --rule -h --help' ;;
    check) echo '-c --config -r --rules --corpus --text --all -h --help' ;;
    backtest) echo '--old --new -c --config --topic --from --kind --text --samples --json --fail-over -h --help' ;;
    report) echo '-c --config --from --verdicts --json -h --help' ;;
    replay) echo '-c --config -r --rules --topic --reason --since --dry-run --json -h --help' ;;
    bench) echo '-r --rules -c --config --kind --text --seconds --json -h --help' ;;
  esac
}

_weir_takes_files() { [[ $1 =~ ^(scan|backtest|report|bench)$ ]]; } # verb

# What is completed after an option of a verb: files, folders, words, or nothing (an argument that only its writer knows). False: the
# option takes no argument.
_weir_after() { # verb, option
  case $1:$2 in
    *:-c | *:--config | *:-r | *:--rules | *:--old | *:--new | *:--posts | *:--corpus | *:--dead-letters | *:--flag) echo files ;;
    *:--cache) echo folders ;;
    backtest:--kind) echo post ;;
    *:--kind) echo post caption ;;
    *:--from | *:--since) echo 30m 24h 7d ;;
    *:--every) echo 500ms 1s 10s ;;
    *:-u | *:--url) echo http://127.0.0.1:8377 ;;
    explain:--text | *:--rate | *:--seconds | *:--field | *:--lang | *:--rule | *:--topic | *:--samples | *:--fail-over | *:--verdicts | *:--reason) echo ;;
    *) return 1 ;;
  esac
}

_weir_complete() { # files, folders, or words; what is typed so far
  case $1 in
    files) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$2") ;;
    folders) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$2") ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2") ;;
  esac
}

_weir() {
  local now=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]} after
  COMPREPLY=()
  if [ "$COMP_CWORD" = 1 ]; then
    _weir_complete 'run demo top scan explain check backtest report replay bench --help --version' "$now"
    return
  fi
  if [ "$now" = = ]; then now=; elif [ "$before" = = ]; then before=${COMP_WORDS[COMP_CWORD - 2]}; fi # --option=value
  if after=$(_weir_after "$verb" "$before"); then
    _weir_complete "$after" "$now"
  elif [[ $now == -* ]] || ! _weir_takes_files "$verb"; then
    _weir_complete "$(_weir_options "$verb")" "$now"
  else
    _weir_complete files "$now"
  fi
}

complete -F _weir weir
