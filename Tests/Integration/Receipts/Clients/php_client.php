<?php
// Sends one receipt by each binding of the WSDL, twice. usage: php_client.php WSDL NAME SECRET
[, $wsdl, $name, $secret] = $argv;
$context = stream_context_create(['ssl' => ['verify_peer' => false, 'verify_peer_name' => false]]);
$location = strtok($wsdl, '?');
foreach ([SOAP_1_1 => 'soap11', SOAP_1_2 => 'soap12'] as $version => $label) {
    $client = new SoapClient($wsdl, ['soap_version' => $version, 'login' => $name, 'password' => $secret, 'stream_context' => $context, 'cache_wsdl' => WSDL_CACHE_NONE, 'location' => $location]);
    $receipt = ['bootId' => 'php', 'jobId' => $label, 'service' => 'copy', 'endedAt' => gmdate('Y-m-d\TH:i:s\Z'),
        'identity' => [['kind' => 'login', 'value' => 'anna']],
        'pages' => [['color' => 'full-color', 'sides' => 'one-sided', 'media' => 'iso_a4_210x297mm', 'impressions' => 2, 'sheets' => 2]]];
    for ($i = 0; $i < 2; $i++) {
        $answer = $client->SendReceipts(['sentAt' => gmdate('Y-m-d\TH:i:s\Z'), 'receipt' => [$receipt]]);
        echo "$label {$answer->result->key} {$answer->result->outcome}\n";
    }
    $beat = $client->Heartbeat(['panel' => 'locked']);
    echo "$label heartbeat ", isset($beat->serverTime) ? 'True' : 'False', "\n";
    $receipt['service'] = 'teleport';
    try {
        $client->SendReceipts(['receipt' => [$receipt]]);
        echo "$label taken\n";
    } catch (SoapFault $fault) {
        echo "$label fault {$fault->faultcode}\n";
    }
}
