/* houbb/sensitive-word with the literals as its list, and whole English words only; once with all that it folds unless told otherwise (case, width,
 * styles of digits, of Chinese and of Latin letters), once with case alone. Usage: Peer FOLDER SET VERSION     prints two rows */
import com.github.houbb.sensitive.word.bs.SensitiveWordBs;
import com.github.houbb.sensitive.word.support.allow.WordAllows;
import com.github.houbb.sensitive.word.support.resultcondition.WordResultConditions;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

public class Peer {
    static final double WARM_SECONDS = 3; // until the compilers of the JVM are done

    static double cpuSeconds() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9;
    }

    /** Messages that match, and rules that match in them. */
    static List<Integer> run(SensitiveWordBs engine, Map<String, List<String>> rulesOf, List<String> texts) {
        int messages = 0, hits = 0;
        for (String text : texts) {
            List<String> words = engine.findAll(text);
            if (words.isEmpty())
                continue;
            Set<String> rules = new HashSet<>();
            for (String word : words)
                rules.addAll(rulesOf.get(word.toLowerCase(Locale.ROOT)));
            messages++;
            hits += rules.size();
        }
        return List.of(messages, hits);
    }

    static void measure(String name, String version, Path inputs, Map<String, List<String>> rulesOf, boolean folds) throws Exception {
        SensitiveWordBs engine = SensitiveWordBs.newInstance().wordDeny(() -> new ArrayList<>(rulesOf.keySet())).wordAllow(WordAllows.empty())
            .wordResultCondition(WordResultConditions.englishWordMatch()).ignoreCase(true).ignoreWidth(folds).ignoreNumStyle(folds)
            .ignoreChineseStyle(folds).ignoreEnglishStyle(folds).init();
        List<String> posts = Files.readAllLines(inputs.resolve("posts.txt"));
        List<Integer> check = run(engine, rulesOf, Files.readAllLines(inputs.resolve("check.txt")));
        List<Integer> found;
        double start = cpuSeconds();
        do
            found = run(engine, rulesOf, posts);
        while (cpuSeconds() - start < WARM_SECONDS);
        int passes = 0;
        double took = 0;
        for (start = cpuSeconds(); took < 1 || passes < 3; took = cpuSeconds() - start, passes++)
            if (!run(engine, rulesOf, posts).equals(found))
                throw new IllegalStateException("a timed pass found something else");
        System.out.printf(Locale.ROOT, "{\"name\": \"sensitive-word, %s\", \"version\": \"%s\", \"cpu_ns\": %.1f, \"passes\": %d, \"found\": %s, \"check\": %s}%n",
            name, version, took * 1e9 / passes / posts.size(), passes, found, check);
    }

    public static void main(String[] arguments) throws Exception {
        Path inputs = Path.of(arguments[0]);
        Map<String, List<String>> rulesOf = new HashMap<>();
        for (String row : Files.readAllLines(inputs.resolve(arguments[1]).resolve("literals.tsv"))) {
            String[] columns = row.split("\t");
            rulesOf.computeIfAbsent(columns[1], word -> new ArrayList<>()).add(columns[0]);
        }
        measure("folding", arguments[2], inputs, rulesOf, true);
        measure("case alone", arguments[2], inputs, rulesOf, false);
    }
}
