using System.Text.Json.Nodes;

namespace CopyTrack.Server.Api;

/// <summary>Schemas of bodies and answers. A trailing <c>?</c> on a type means that null is possible.</summary>
internal static class OpenApiSchemas
{
    public static JsonObject All()
    {
        JsonObject s = new()
        {
            ["Problem"] = Of("type string", "title string", "status integer", "detail string", "action string", "instance string"),
            ["User"] = Of("username string", "displayName string?", "email string?", "department string?", "costCentre string?", "groups string[]", "cards object[]", "hasPin boolean",
                "principal string?", "language string?", "functions string[]", "projectRequired boolean", "enabled boolean", "directoryEnabled boolean", "source string"),
            ["UserInput"] = Of("username string", "organisation string?", "displayName string?", "email string?", "department string?", "costCentre string?", "groups string[]?", "cards string[]?",
                "pin string?", "principal string?", "language string?", "functions string[]?", "projectRequired boolean?", "enabled boolean?"),
            ["Audit"] = Of("id string", "at time", "actor string", "action string", "subject string", "before string?", "after string?"),
            ["MergeInput"] = Of("into string"),
            ["Pin"] = Of("username string", "pin string"),
            ["AssignInput"] = Of("user string"),
            ["Retention"] = Of("fields object[]"),
            ["RetentionInput"] = Of("days integer?"),
            ["CardInput"] = Of("card string"),
            ["ActivationCode"] = Of("username string", "code string", "expiresAt time"),
            ["Device"] = Of("name string", "address string", "port integer", "snmpVersion string", "hasCommunity boolean", "v3User string?", "v3Auth string?", "v3Priv string?", "v3Context string?", "location string?",
                "site string?", "functions string[]", "colorCapable boolean?", "profile string?", "inventorySeconds integer?", "hasCredential boolean", "enabled boolean"),
            ["DeviceInput"] = Of("name string", "organisation string?", "address string?", "port integer?", "snmpVersion string?", "community string?", "v3User string?", "v3Auth string?",
                "v3AuthPassword string?", "v3Priv string?", "v3PrivPassword string?", "v3Context string?", "location string?", "site string?", "functions string[]?", "colorCapable boolean?", "profile string?", "inventorySeconds integer?"),
            ["ReadNow"] = Of("device string", "meters string", "readAt time?", "verdict string?", "inventory string", "reason string?"),
            ["Inventory"] = Of("readAt time", "identity object", "profile string?", "status object", "counters object[]", "supplies object[]", "trays object[]", "alerts object[]", "covers object[]",
                "outputs object[]", "colorants object[]", "console string[]", "otherCounters object[]", "changes object[]"),
            ["DiscoveryInput"] = Of("ranges string[]", "port integer?", "communities string[]?", "v3User string?", "v3Auth string?", "v3AuthPassword string?", "v3Priv string?",
                "v3PrivPassword string?", "perSecond integer?"),
            ["Discovery"] = Of("id string", "state string", "asked integer", "of integer", "answered integer", "refused object[]", "found object[]"),
            ["Credential"] = Of("device string", "secret string"),
            ["ReceiptMessage"] = Of("sentAt time?", "receipts object[]"),
            ["JobQuestion"] = Of("session string?", "identities object[]?", "jobId string?", "service string", "color string?", "media string?", "impressions integer?"),
            ["JobAnswer"] = Of("allowed boolean", "colorAllowed boolean", "maxImpressions integer?", "reservation string?", "text string?"),
            ["ReceiptAnswer"] = Of("results object[]", "missing object[]"),
            ["Receipt"] = Of("id string", "device string", "key string", "status string", "receivedAt time", "startedAt time", "endedAt time", "clockOffsetMs integer?", "bookedAt time?", "user string?",
                "project string?", "session string?", "shortage boolean", "content object"),
            ["ReceiptConflict"] = Of("id string", "device string", "key string", "receivedAt time", "content object", "first object"),
            ["DeviceAttempt"] = Of("id string", "at time", "device string?", "address string", "kind string", "detail string"),
            ["Account"] = Of("kind string", "value string", "user string?", "project string?"),
            ["AccountInput"] = Of("user string?", "project string?"),
            ["Reading"] = Of("at time", "confirmedAt time", "epoch integer", "seq integer", "trigger string", "counters object[]"),
            ["Balance"] = Of("device string", "epochs object[]", "violations string[]"),
            ["Terminal"] = Of("id string", "name string", "device string", "vendor string?", "model string?", "firmware string?", "capabilities string[]", "connected boolean", "lastSeenAt time?",
                "panel string?", "revokedAt time?"),
            ["Locked"] = Of("sessionEnded boolean"),
            ["Session"] = Of("id string", "state string", "device string", "terminal string", "user string", "project string?", "method string", "functions string[]", "openedAt time",
                "lastActivityAt time", "endedAt time?", "settledAt time?", "endReason string?", "inferred boolean", "inferredReason string?"),
            ["Entry"] = Of("at time", "device string", "seq integer", "epoch integer", "interval integer", "counter object?", "delta integer", "user string?", "project string?", "session string?",
                "cause string?", "confidence string", "source string", "evidence string?", "reverses integer?"),
            ["Report"] = Of("report string", "from time", "to time", "compareFrom time?", "compareTo time?", "rows object[]", "totals object", "unattributed object[]"),
            ["SavedReport"] = Of("id string", "name string", "address string", "shared boolean", "own boolean", "createdAt time", "updatedAt time"),
            ["SavedReportInput"] = Of("address string?", "shared boolean?"),
            ["ReportSchedule"] = Of("id string", "report string", "reportName string?", "owner string", "timing string", "zone string", "recipients string[]", "formats string[]", "language string",
                "enabled boolean", "nextDue time", "createdAt time"),
            ["ReportScheduleInput"] = Of("report string?", "timing string?", "zone string?", "recipients string[]?", "formats string[]?", "language string?", "enabled boolean?"),
            ["ReportDelivery"] = Of("id string", "schedule string", "reportName string", "owner string", "dueAt time", "state string", "attempts integer", "nextTryAt time?", "sentAt time?", "message string?"),
            ["ReportDeliverySent"] = Of("id string"),
            ["PriceList"] = Of("name string", "from time", "until time?", "currency string", "mono number", "color number", "largeSurcharge number", "sheet number", "scan number", "fax number",
                "devices string[]", "sites string[]", "groups string[]"),
            ["PriceListInput"] = Of("from time?", "until time?", "mono number?", "color number?", "largeSurcharge number?", "sheet number?", "scan number?", "fax number?", "devices string[]?",
                "sites string[]?", "groups string[]?"),
            ["Quota"] = Of("kind string", "subject string", "period string", "soft number?", "hard number?", "extra number", "used number", "held number", "left number?", "warning boolean", "currency string"),
            ["QuotaInput"] = Of("period string?", "soft number?", "hard number?", "extra number?"),
            ["Charging"] = Of("atZero string"),
            ["ChargingInput"] = Of("atZero string"),
            ["Licence"] = Of("licensed boolean", "id string?", "customer string?", "until time?", "reason string?"),
            ["WorstDevices"] = Of("from time", "to time", "items object[]"),
            ["Directory"] = Of("name string", "servers string[]", "automatic boolean", "nextDue time?", "lastRun object?"),
            ["DirectorySettings"] = Of("name string", "entered boolean", "kind string?", "servers string[]", "ca string?", "bindDn string?", "hasPassword boolean", "baseDn string", "filter string?", "groupBaseDn string?",
                "groupFilter string?", "groupName string", "changes string", "checkRevocation boolean", "adopt boolean", "pageSize integer", "maxEntries integer", "everyMinutes integer", "fullHours integer",
                "maxRunMinutes integer", "maxRemovePercent integer", "maxRemoveCount integer", "purgeDays integer", "connectSeconds integer", "replySeconds integer", "automatic boolean"),
            ["DirectoryInput"] = Of("kind string?", "servers string[]?", "ca string?", "checkRevocation boolean?", "bindDn string?", "password string?", "baseDn string?", "filter string?", "groupBaseDn string?",
                "groupFilter string?", "groupName string?", "changes string?", "adopt boolean?", "pageSize integer?", "maxEntries integer?", "everyMinutes integer?", "fullHours integer?", "maxRunMinutes integer?",
                "maxRemovePercent integer?", "maxRemoveCount integer?", "purgeDays integer?", "connectSeconds integer?", "replySeconds integer?"),
            ["DirectoryFinding"] = Of("server string", "kind string", "changes string", "people object[]", "leftOut object[]"),
            ["DirectoryRun"] = Of("id string", "kind string", "startedBy string", "startedAt time", "endedAt time?", "outcome string", "phase string", "server string?", "seen integer", "added integer",
                "changed integer", "unchanged integer", "deactivated integer", "reactivated integer", "purged integer", "problems integer", "referrals integer", "cause string?", "message string?",
                "details string[]", "nextDue time?"),
            ["ReplicateInput"] = Of("full boolean?"),
            ["DirectoryMapping"] = Of("userName string?", "displayName string?", "email string?", "department string?", "costCentre string?", "language string?", "principal string?", "otherPrincipals string?",
                "cards string?", "cardRule string?", "realm string?"),
            ["DirectoryAsked"] = Of("directory string", "wanted string"),
            ["FleetNode"] = Of("name string", "kind string", "parent string?", "zone string?"),
            ["FleetNodeInput"] = Of("kind string", "parent string?", "zone string?"),
            ["FleetAgent"] = Of("id string", "name string", "site string", "state string", "program string?", "address string?", "enrolledAt time?", "revokedAt time?", "lastSeenAt time?", "lastNewAt time?",
                "clockOffSeconds integer", "appliedThrough integer", "waiting integer", "missing integer", "repeated integer", "refused integer", "unwritten integer", "devices integer"),
            ["FleetAgentInput"] = Of("site string"),
            ["FleetAgentCode"] = Of("agent string", "id string", "code string", "expiresAt time", "caFingerprint string"),
            ["FleetWantsInput"] = Of("readNow boolean?", "discoverNow boolean?", "counterSeconds integer?", "inventorySeconds integer?"),
            ["FleetWanted"] = Of("agent string", "number integer"),
            ["FleetDevice"] = Of("device string", "site string", "agent string", "state string", "maker string?", "model string?", "serial string?", "address string?", "location string?", "summary string?", "errors string[]",
                "supplies object[]", "hostName string?", "macAddress string?", "firmware string?", "trays object[]", "counters object[]", "readingAt time?", "inventoryAt time?", "silentSince time?", "silentReason string?"),
            ["FleetRefusal"] = Of("at time", "agent string?", "sequence integer?", "address string?", "reason string"),
            ["FleetPackage"] = Of("id string", "product string", "version string", "platform string", "hash string", "size integer", "addedAt time", "done integer", "failed integer", "haltedAt time?", "haltedReason string?", "stages object[]"),
            ["FleetStageInput"] = Of("node string?", "percent integer", "raiseHours integer?"),
            ["FleetAgentUpdate"] = Of("agent string", "site string", "version string", "platform string", "mode string", "state string", "about string?", "reason string?", "reportedAt time"),
            ["MeterRead"] = Of("device string", "site string", "serial string?", "firstAt time?", "lastAt time?", "first integer?", "last integer?", "delta integer?", "firstOffset integer?", "lastOffset integer?", "unit string?", "mono object?", "color object?", "scans object?", "faxes object?", "flags string[]"),
            ["FleetLink"] = Of("device string", "deviceSite string?", "agent string", "site string", "key string", "serial string?", "address string?", "why string", "firstSeenAt time", "readingAt time?"),
            ["FleetParted"] = Of("device string"),
            ["MeterOffsets"] = Of("swaps object[]", "entered object[]"),
            ["MeterOffsetInput"] = Of("epoch integer?", "at time?", "reason string", "pages integer?", "mono integer?", "color integer?", "scans integer?", "faxes integer?"),
            ["AlertRule"] = Of("id string", "name string", "owner string?", "kind string", "severity string", "node string?", "device string?", "site string?", "percent integer?", "days integer?", "which string[]",
                "afterMinutes integer", "recipients string[]", "language string", "quietFrom string", "quietTo string", "quietDays string[]", "repeatMinutes integer", "escalateMinutes integer", "escalateTo string[]",
                "tellResolved boolean", "enabled boolean"),
            ["AlertRuleInput"] = Of("name string?", "kind string?", "severity string?", "node string?", "device string?", "site string?", "percent integer?", "days integer?", "which string[]?", "afterMinutes integer?",
                "recipients string[]?", "language string?", "quietFrom string?", "quietTo string?", "quietDays string[]?", "repeatMinutes integer?", "escalateMinutes integer?", "escalateTo string[]?", "tellResolved boolean?", "enabled boolean?"),
            ["Alert"] = Of("id string", "rule string?", "kind string", "severity string", "subject string", "site string?", "state string", "text string", "supply string?", "color string?", "percent integer?", "daysLeft integer?",
                "reason string?", "since time", "raisedAt time", "told integer", "toldAt time?", "notedAt time?", "note string?", "resolvedAt time?", "events integer"),
            ["AlertWithTellings"] = Of("alert object", "tellings object[]"),
            ["AlertNoteInput"] = Of("note string?"),
            ["Webhook"] = Of("name string", "address string", "events string[]", "userNames boolean", "enabled boolean", "state string", "waiting integer", "deliveredAt time?", "failingSince time?", "pausedAt time?",
                "pausedReason string?", "secret string?"),
            ["WebhookInput"] = Of("address string?", "events string[]?", "userNames boolean?", "enabled boolean?"),
            ["WebhookSecret"] = Of("name string", "secret string"),
            ["WebhookSent"] = Of("id string"),
            ["WebhookEvent"] = Of("id string", "type string", "at time", "device string?", "state string", "nextTryAt time?", "endedAt time?", "tries object[]"),
            ["FleetAcknowledgementFile"] = new JsonObject { ["type"] = "string", ["format"] = "binary", ["description"] = "A signed file for the agent's verb acknowledge or its page." },
            ["EventStream"] = new JsonObject { ["type"] = "string", ["description"] = "Lines of server-sent events: id, event, data (JSON)." },
        };
        foreach (string item in new[] { "User", "Audit", "Device", "Reading", "Terminal", "Session", "Entry", "Directory", "DirectoryRun", "Receipt", "ReceiptConflict", "DeviceAttempt", "Account", "PriceList", "Quota", "FleetNode", "FleetAgent", "FleetDevice", "FleetRefusal", "FleetLink", "FleetPackage", "FleetAgentUpdate", "MeterRead", "AlertRule", "Alert", "Webhook", "WebhookEvent", "SavedReport", "ReportSchedule", "ReportDelivery" })
        {
            s[item + "Page"] = new JsonObject
            {
                ["type"] = "object", ["required"] = new JsonArray("items", "next"),
                ["properties"] = new JsonObject
                {
                    ["items"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["$ref"] = "#/components/schemas/" + item } }, ["next"] = Type("string?"),
                },
            };
        }

        return s;
    }

    private static JsonObject Of(params string[] members)
    {
        JsonObject properties = [];
        foreach (string[] member in members.Select(m => m.Split(' ')))
        {
            properties[member[0]] = Type(member[1]);
        }

        return new JsonObject { ["type"] = "object", ["properties"] = properties };
    }

    private static JsonObject Type(string type)
    {
        bool nullable = type.EndsWith('?');
        string name = type.TrimEnd('?');
        bool list = name.EndsWith("[]", StringComparison.Ordinal);
        string json = list ? "array" : name == "time" ? "string" : name;
        JsonObject schema = new() { ["type"] = nullable ? new JsonArray(json, "null") : json };
        if (name == "time")
        {
            schema["format"] = "date-time";
        }

        if (list)
        {
            schema["items"] = new JsonObject { ["type"] = name[..^2] };
        }

        return schema;
    }
}
