# Sends one receipt by SOAP 1.1 and 1.2, twice. usage: perl_client.pl WSDL NAME SECRET
use strict; use warnings; use POSIX 'strftime'; use MIME::Base64; use SOAP::Lite;
my ($wsdl, $name, $secret, $only) = @ARGV;
# The version is a setting of the whole library: each has a process of its own.
if (!$only) { for ('1.1', '1.2') { system($^X, $0, @ARGV, $_) == 0 or exit 1 } exit 0 }
SOAP::Lite->soapversion($only);
(my $proxy = $wsdl) =~ s/\?.*//;
for my $version ($only) {
    my $soap = SOAP::Lite->new->ns('urn:copytrack:accounting:1', 'a')->on_action(sub { join '/', @_ })->on_fault(sub { $_[1] });
    $soap->serializer->autotype(0);
    $soap->proxy($proxy, ssl_opts => { verify_hostname => 0, SSL_verify_mode => 0 });
    $soap->transport->http_request->header(Authorization => 'Basic ' . encode_base64("$name:$secret", ''));
    my $e = sub { my ($n, $v) = @_; SOAP::Data->name("a:$n")->value($v) };
    my $send = sub {
        my $count = shift;
        $soap->call(SOAP::Data->name('a:SendReceipts'), $e->('sentAt', strftime('%Y-%m-%dT%H:%M:%SZ', gmtime)), SOAP::Data->name('a:receipt' => \SOAP::Data->value(
            $e->('bootId', 'perl'), $e->('jobId', "soap$version"), $e->('service', 'copy'),
            SOAP::Data->name('a:identity' => \SOAP::Data->value($e->('kind', 'login'), $e->('value', 'anna'))),
            $e->('endedAt', '2026-01-01T00:00:00Z'),
            SOAP::Data->name('a:pages' => \SOAP::Data->value($e->('impressions', $count))))));
    };
    for (1 .. 2) {
        my $answer = $send->(4);
        print "soap$version ", $answer->valueof('//result/key') // $answer->valueof('//Fault/Reason/Text') // $answer->faultstring, ' ', $answer->valueof('//result/outcome') // '', "\n";
    }
    my $fault = $send->(-4);
    print "soap$version fault ", ref $fault ? ($fault->fault ? ($fault->faultcode // $fault->valueof('//Fault/Code/Value')) : 'taken') : 'transport', "\n";
}
