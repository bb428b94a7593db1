# Completion of rehearse's commands and options for bash: it asks the program itself, so that it is never out of date.
# Installed where bash-completion looks; without that: source completion.bash
_rehearse() {
    local current=${COMP_WORDS[COMP_CWORD]} words=
    local -a command=("${COMP_WORDS[0]}")
    if ((COMP_CWORD == 1)) || [[ $COMP_CWORD == 2 && ${COMP_WORDS[1]} == help ]]; then
        words="help $("${command[@]}" --help 2>/dev/null | sed -n '/^Commands/,/^$/s/^  \([a-z]*\) .*/\1/p')"
    elif [[ $current == -* ]]; then
        command+=("${COMP_WORDS[1]}" --help)
        words=$("${command[@]}" 2>/dev/null | sed -n 's/^ \{2,6\}\(-., \)\{0,1\}\(--[a-z-]*=\{0,1\}\).*/\2/p;/--usage/q')
    fi
    # What has no such word is a file.
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]]; then
        compopt -o nospace 2>/dev/null || : # there is none where nobody completes
    fi
}
complete -o default -F _rehearse rehearse
