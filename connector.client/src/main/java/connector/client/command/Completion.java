// SPDX-License-Identifier: Apache-2.0
package connector.client.command;

import connector.client.CnSocket;
import connector.client.line.Option;
import connector.client.line.Options;
import connector.client.line.UsageException;
import connector.client.print.Output;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * {@code cn completion}: a script that makes a shell complete commands, options and, by asking the platform, ids. It is
 * made of {@link Verb}; zsh takes bash's by its own emulation.
 */
final class Completion implements Command {

    private static final String BASH = """
            # Completion of cn for bash: source <(cn completion bash)
            _cn_ids() {
                local words=("${COMP_WORDS[0]}") i
                for ((i = 1; i < ${#COMP_WORDS[@]} - 1; i++)); do
                    [ "${COMP_WORDS[i]}" = --socket ] && words+=(--socket "${COMP_WORDS[i + 1]}")
                done
                "${words[@]}" list --json 2> /dev/null | sed -n 's/^{"idx":\\([0-9]*\\),"val":\\([0-9]*\\).*/\\1.\\2/p'
            }

            # Names as they are: the shell quotes what it inserts.
            _cn_files() {
                local name
                compopt -o filenames 2> /dev/null
                while IFS= read -r name; do
                    COMPREPLY+=("$name")
                done < <(compgen -f -- "$1")
            }

            _cn() {
                local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb= i
                COMPREPLY=()
                case $before in
                    --socket)
                        _cn_files "$word"
                        return ;;
                    --speed)
                        COMPREPLY=($(compgen -W max -- "$word"))
                        return ;;
                    @VALUED@)
                        return ;;
                esac
                for ((i = 1; i < COMP_CWORD; i++)); do
                    case ${COMP_WORDS[i]} in
                        --socket | @VALUED@) ((i++)) ;;
                        -*) ;;
                        *) verb=${COMP_WORDS[i]}; break ;;
                    esac
                done
                case $verb in
                    '')
                        COMPREPLY=($(compgen -W '@VERBS@ --json --socket --help --version' -- "$word")) ;;
            @CASES@    esac
            }
            complete -F _cn cn
            """;

    private static final String FILES = "_cn_files \"$word\"";

    private static final String CASE = """
                    @VERB@)
                        case $word in
                            -*) COMPREPLY=($(compgen -W '@OPTIONS@ --help' -- "$word")) ;;
                            *) @WORDS@ ;;
                        esac ;;
            """;

    private static final String ZSH = """
            # Completion of cn for zsh: source <(cn completion zsh)
            autoload -U +X compinit && compinit -u
            autoload -U +X bashcompinit && bashcompinit
            """;

    private boolean zsh;

    @Override
    public void check(Options options) throws UsageException {
        String shell = options.arguments().size() == 1 ? options.arguments().getFirst() : "";
        zsh = switch (shell) {
            case "bash" -> false;
            case "zsh" -> true;
            default -> throw new UsageException("completion needs a shell, bash or zsh");
        };
    }

    @Override
    public int run(CnSocket socket, Options options, Output output) {
        output.text((zsh ? ZSH : "") + bash());
        return DONE;
    }

    private static String bash() {
        String valued = Arrays.stream(Option.values())
                .filter(option -> option.value() != null && option != Option.SOCKET)
                .map(Option::text).collect(Collectors.joining(" | "));
        String cases = Arrays.stream(Verb.values()).map(Completion::oneCase).collect(Collectors.joining());
        return BASH.replace("@VALUED@", valued).replace("@VERBS@", verbs()).replace("@CASES@", cases);
    }

    private static String verbs() {
        return Arrays.stream(Verb.values()).map(Verb::text).collect(Collectors.joining(" "));
    }

    private static String oneCase(Verb verb) {
        String options = verb.options().stream().map(Option::text).collect(Collectors.joining(" "));
        return CASE.replace("@VERB@", verb.text()).replace("@OPTIONS@", options).replace("@WORDS@",
                words(verb.words()));
    }

    private static String words(Verb.Words words) {
        return switch (words) {
            case NONE -> ":";
            case ID, IDS -> list("$(_cn_ids)");
            case STATISTICS -> list("bus user group port gate $(_cn_ids)");
            case FILE -> FILES;
            case FILE_AND_IDS -> "if [ \"$before\" = \"$verb\" ]; then " + FILES + "; else " + list("$(_cn_ids)")
                    + "; fi";
            case SHELLS -> list("bash zsh");
            case COMMANDS -> list(verbs());
        };
    }

    private static String list(String words) {
        return "COMPREPLY=($(compgen -W \"" + words + "\" -- \"$word\"))";
    }
}
