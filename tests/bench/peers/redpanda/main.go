// The engine of Redpanda Connect (the module benthos, which holds its pipelines and Bloblang): a stream of one thread whose mapping notes the rules
// that match as metadata. Texts come from memory in batches and go to a function that counts. Usage: redpanda FOLDER SET VERSION
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	_ "github.com/redpanda-data/benthos/v4/public/components/pure"
	"github.com/redpanda-data/benthos/v4/public/service"
)

const batchSize = 256

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func readLines(parts ...string) []string {
	return strings.FieldsFunc(string(must(os.ReadFile(filepath.Join(parts...)))), func(r rune) bool { return r == '\n' })
}

// A line of the mapping for each row of a file; %[1]s in a test is the row's pattern.
func ask(folder, file, test string) (mapping string) {
	for _, row := range readLines(folder, file) {
		rule, pattern, _ := strings.Cut(row, "\t")
		mapping += fmt.Sprintf("meta rule_%s = if %s { true }\n", rule, fmt.Sprintf(test, pattern))
	}
	return
}

func cpuNs() float64 {
	var usage syscall.Rusage
	must(0, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return float64(usage.Utime.Nano() + usage.Stime.Nano())
}

func measure(name, inputs, mapping string) {
	config, found := service.NewStreamBuilder(), [2]int{}
	config.SetThreads(1)
	must(0, config.SetMetricsYAML("none: {}"))
	must(0, config.SetLoggerYAML("level: error"))
	must(0, config.AddProcessorYAML("mapping: |\n  "+strings.ReplaceAll(mapping, "\n", "\n  ")))
	send := must(config.AddBatchProducerFunc())
	must(0, config.AddBatchConsumerFunc(func(_ context.Context, batch service.MessageBatch) error {
		for _, message := range batch {
			rules := 0
			must(0, message.MetaWalkMut(func(string, any) error { rules++; return nil }))
			found[0] += min(rules, 1)
			found[1] += rules
		}
		return nil
	}))
	stream := must(config.Build())
	go func() { must(0, stream.Run(context.Background())) }()

	run := func(texts []string) [2]int { // each send waits until its batch was counted
		found = [2]int{}
		for start := 0; start < len(texts); start += batchSize {
			batch := service.MessageBatch{}
			for _, text := range texts[start:min(start+batchSize, len(texts))] {
				batch = append(batch, service.NewMessage([]byte(text)))
			}
			must(0, send(context.Background(), batch))
		}
		return found
	}
	posts := readLines(inputs, "posts.txt")
	check, first := run(readLines(inputs, "check.txt")), run(posts)
	passes, took, start := 0, 0.0, cpuNs()
	for ; took < 1e9 || passes < 3; passes, took = passes+1, cpuNs()-start {
		if run(posts) != first {
			log.Fatal("a timed pass found something else")
		}
	}
	must(0, stream.Stop(context.Background()))
	fmt.Printf(`{"name": "Redpanda Connect, %s", "version": "benthos %s", "cpu_ns": %.1f, "passes": %d, "found": [%d, %d], "check": [%d, %d]}`+"\n",
		name, os.Args[3], took/float64(passes*len(posts)), passes, first[0], first[1], check[0], check[1])
}

func main() {
	folder, text := filepath.Join(os.Args[1], os.Args[2]), "let text = content().string()"
	measure("rule by rule", os.Args[1], text+"\n"+ask(folder, "by_rule.tsv", `$text.re_match("""(?i)%[1]s""")`))
	// At its best: in small letters, and a literal is a regex only for a text that contains it, which Go sees much sooner.
	words := ask(folder, "literals.tsv", `$text.contains("%[1]s") && $text.re_match("""\b%[1]s\b""")`)
	measure("words first", os.Args[1], text+".lowercase()\n"+words+ask(folder, "regexes.tsv", `$text.re_match("""%[1]s""")`))
}
