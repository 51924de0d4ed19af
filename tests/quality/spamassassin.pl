#!/usr/bin/env perl
# Runs SpamAssassin's rules about the body over texts; its rules are loaded once.
#
#   spamassassin.pl < NDJSON {"text"} > lines of SCORE<tab>RULES, in order
#
# Each text is the body of the same small, well-formed mail, without network tests, learning and the user's settings. Rules of the kinds
# body, rawbody and meta count; what the mail itself hits with a neutral body does not, so that metas of headers are left out. SCORE is the sum
# of the rules' scores of score set 0 (no network, no Bayes); SpamAssassin calls 5 spam. RULES is `-` where there are none.
use strict;
use warnings;
use File::Temp;
use JSON::PP;
use Mail::SpamAssassin;
use Mail::SpamAssassin::Conf;

my $home = File::Temp->newdir;
my $spamassassin = Mail::SpamAssassin->new({
    local_tests_only => 1, dont_copy_prefs => 1, userprefs_filename => '/dev/null', userstate_dir => "$home",
    keep_config_parsing_metadata => 1, # what kind a rule is of
});
$spamassassin->compile_now(0, 0);
my $conf = $spamassassin->{conf};
my %kinds = map { $_ => 1 } (
    $Mail::SpamAssassin::Conf::TYPE_BODY_TESTS, $Mail::SpamAssassin::Conf::TYPE_BODY_EVALS,
    $Mail::SpamAssassin::Conf::TYPE_RAWBODY_TESTS, $Mail::SpamAssassin::Conf::TYPE_RAWBODY_EVALS,
    $Mail::SpamAssassin::Conf::TYPE_META_TESTS);

sub rules_hit {
    my ($text) = @_;
    utf8::encode($text);
    my $mail = $spamassassin->parse(
        "From: Ann Lee <ann.lee\@example.org>\nTo: Bob Ray <bob.ray\@example.org>\nSubject: a note for you\n"
        . "Date: Mon, 01 Jan 2024 10:00:00 +0000\nMessage-ID: <20240101100000.1234567890\@mail.example.org>\nMIME-Version: 1.0\n"
        . "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n$text\n", 1);
    my $status = $spamassassin->check($mail);
    my @rules = grep { $kinds{$conf->{test_types}{$_} // ''} } split /,/, $status->get_names_of_tests_hit;
    $status->finish;
    $mail->finish;
    return @rules;
}

my %of_the_mail = map { $_ => 1 } rules_hit('See you at lunch tomorrow, then.');
while (my $line = <STDIN>) {
    my @rules = grep { !$of_the_mail{$_} } rules_hit(decode_json($line)->{text});
    my $score = 0;
    $score += $conf->{scoreset}[0]{$_} // 0 for @rules;
    print "$score\t", (join(',', sort @rules) || '-'), "\n";
}
