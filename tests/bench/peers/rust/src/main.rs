//! All rules in one RegexSet, a regex for each; and literals by aho-corasick, with a RegexSet for the regexes alone.
//! Usage: peer FOLDER SET VERSION     prints two rows
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex::bytes::{RegexSet, RegexSetBuilder};
use std::{env, fs};

fn read_patterns(path: String) -> Vec<(usize, String)> {
    let rows = fs::read_to_string(path).expect("the inputs");
    rows.lines().map(|row| row.split_once('\t').unwrap()).map(|(rule, text)| (rule.parse().unwrap(), text.into())).collect()
}

/// As for the others, \b, \s and the case of letters are those of ASCII, and '.' is a character of any number of bytes.
fn make_set(patterns: &[(usize, String)]) -> RegexSet {
    let texts = patterns.iter().map(|(_, text)| text.replace(".{", "(?u:.){"));
    let mut builder = RegexSetBuilder::new(texts);
    // Room for the lazy DFA, or it throws its states away and starts anew.
    builder.unicode(false).case_insensitive(true).size_limit(1 << 30).dfa_size_limit(1 << 30).build().expect("the rules")
}

/// Whether any matches is quicker to tell than which ones.
fn count_matches(set: &RegexSet, text: &[u8]) -> usize {
    if set.is_match(text) {
        set.matches(text).iter().count()
    } else {
        0
    }
}

fn cpu_seconds() -> f64 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut now) };
    now.tv_sec as f64 + now.tv_nsec as f64 * 1e-9
}

/// scan(text) says how many rules match it.
fn measure(name: &str, posts: &[&[u8]], checks: &[&[u8]], mut scan: impl FnMut(&[u8]) -> usize) {
    let mut run =
        |texts: &[&[u8]]| texts.iter().map(|text| scan(text)).fold([0, 0], |[messages, hits], rules| [messages + (rules > 0) as usize, hits + rules]);
    let (check, found) = (run(checks), run(posts));
    let (mut passes, mut took, start) = (0, 0.0, cpu_seconds());
    while took < 1.0 || passes < 3 {
        assert_eq!(run(posts), found, "a timed pass found something else");
        passes += 1;
        took = cpu_seconds() - start;
    }
    let cpu_ns = took * 1e9 / (passes * posts.len()) as f64;
    let version = env::args().nth(3).unwrap();
    println!(r#"{{"name": "{name}", "version": "{version}", "cpu_ns": {cpu_ns:.1}, "passes": {passes}, "found": {found:?}, "check": {check:?}}}"#);
}

fn is_word(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let (inputs, set) = (&arguments[1], format!("{}/{}", arguments[1], arguments[2]));
    let texts = ["posts", "check"].map(|name| fs::read(format!("{inputs}/{name}.txt")).expect("the inputs"));
    let [posts, checks] = [0, 1].map(|i| texts[i].split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect::<Vec<_>>());

    let all = make_set(&read_patterns(format!("{set}/by_rule.tsv")));
    measure("Rust RegexSet", &posts, &checks, |text| count_matches(&all, text));

    let literals = read_patterns(format!("{set}/literals.tsv"));
    let mut builder = AhoCorasick::builder();
    builder.kind(Some(AhoCorasickKind::DFA)).ascii_case_insensitive(true);
    let words = builder.build(literals.iter().map(|(_, text)| text)).expect("the literals");
    let regexes = read_patterns(format!("{set}/regexes.tsv"));
    let set = (!regexes.is_empty()).then(|| make_set(&regexes));
    let mut seen_in = vec![0; literals.iter().map(|(rule, _)| rule + 1).max().unwrap_or(0)];
    let mut message = 0;
    let name = if set.is_some() { "Rust aho-corasick and RegexSet" } else { "Rust aho-corasick" };
    measure(name, &posts, &checks, |text| {
        message += 1;
        let mut rules = set.as_ref().map_or(0, |set| count_matches(set, text));
        for hit in words.find_overlapping_iter(text) {
            let rule = literals[hit.pattern().as_usize()].0;
            let whole = !is_word(text[..hit.start()].last()) && !is_word(text.get(hit.end()));
            rules += (whole && seen_in[rule] != message) as usize;
            if whole {
                seen_in[rule] = message;
            }
        }
        rules
    });
}
