using System.Collections.Immutable;
using System.Data.Common;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Secrets;

namespace CopyTrack.Server.Imports;

/// <summary>The working copy of devices by folded name; null means that there is none.</summary>
public sealed class DeviceSet
{
    internal Dictionary<string, DeviceRow?> ByName { get; } = new(StringComparer.Ordinal);
}

/// <summary>What a device was (null when new) and is to be, whether it is new, and which columns differ.</summary>
public sealed record DeviceChange(DeviceRow? Before, DeviceRow After, bool IsNew, ImmutableArray<string> Columns);

/// <summary>Inserts and updates devices by folded name; seals their SNMP secrets.</summary>
public sealed class DeviceUpsert(IDatabase database, DeviceRepository devices, AuditLog audit, ISecretSealer sealer, IdGenerator ids, TimeProvider time)
    : Upsert<DeviceInput, DeviceSet, DeviceChange>(database)
{
    private static readonly string[] s_versions = ["1", "2c", "3"];
    private static readonly string[] s_auth = ["MD5", "SHA", "SHA224", "SHA256", "SHA384", "SHA512"];
    private static readonly string[] s_priv = ["DES", "AES", "AES192", "AES256", "AES192C", "AES256C"];

    /// <inheritdoc/>
    protected override async Task LoadAsync(DbConnection connection, DeviceSet set, IReadOnlyList<DeviceInput> batch, UpsertContext context, CancellationToken cancellationToken)
    {
        var names = batch.Select(input => InputRules.Key(input.Name)).OfType<string>().Where(name => set.ByName.TryAdd(name, null)).ToList();
        foreach (var device in await devices.FindManyAsync(connection, context.OrgId, names, cancellationToken))
        {
            set.ByName[device.NameFolded] = device;
        }
    }

    /// <inheritdoc/>
    protected override (UpsertKind Kind, DeviceChange? Change) Decide(DeviceSet set, DeviceInput input, UpsertContext context)
    {
        var now = time.GetUtcNow();
        var name = InputRules.Name("name", input.Name);
        var folded = NameFolding.Fold(name);
        var before = set.ByName.GetValueOrDefault(folded);
        var isNew = before is null or { DeletedAt: not null };
        var old = before ?? new DeviceRow { Id = ids.Next(), OrgId = context.OrgId, Name = name, NameFolded = folded, Address = "", CreatedAt = now, UpdatedAt = now };
        var after = Merge(old, input);
        if (isNew && old.DeletedAt is not null)
        {
            after = after with { DeletedAt = null };
        }

        var columns = isNew ? ["device"] : Differences(old, after);
        if (columns.IsEmpty)
        {
            return (UpsertKind.Unchanged, null);
        }

        after = after with { UpdatedAt = now };
        set.ByName[folded] = after;
        return (isNew ? UpsertKind.Added : UpsertKind.Changed, new DeviceChange(isNew ? null : old, after, isNew, columns));
    }

    /// <inheritdoc/>
    protected override async Task WriteAsync(DbConnection connection, DeviceChange change, UpsertContext context, CancellationToken cancellationToken)
    {
        await devices.WriteAsync(connection, change.After, cancellationToken);
        await devices.ReadAtOnceAsync(connection, change.After.Id, cancellationToken);
        await audit.AddAsync(
            connection, context.OrgId, context.Actor, change.IsNew ? "device.add" : "device.change", $"device:{change.After.Id}",
            ChangeAudits.Of(change.Before, change.After), cancellationToken);
    }

    /// <inheritdoc/>
    protected override Task WrittenAsync(CancellationToken cancellationToken) => devices.TellChangedAsync(cancellationToken);

    private DeviceRow Merge(DeviceRow row, DeviceInput input)
    {
        var after = row with
        {
            Address = Address(input.Address.Or(row.Address)),
            Port = input.Port.IsSet ? Port(input.Port.Value) : row.Port,
            SnmpVersion = input.SnmpVersion.IsSet ? OneOf("snmpVersion", input.SnmpVersion.Value, s_versions) ?? "2c" : row.SnmpVersion,
            CommunitySealed = Sealed("community", input.Community, row.CommunitySealed, 1),
            V3User = InputRules.Text("v3User", input.V3User.Or(row.V3User)),
            V3Auth = input.V3Auth.IsSet ? OneOf("v3Auth", input.V3Auth.Value, s_auth) : row.V3Auth,
            V3AuthPasswordSealed = Sealed("v3AuthPassword", input.V3AuthPassword, row.V3AuthPasswordSealed, 8),
            V3Priv = input.V3Priv.IsSet ? OneOf("v3Priv", input.V3Priv.Value, s_priv) : row.V3Priv,
            V3PrivPasswordSealed = Sealed("v3PrivPassword", input.V3PrivPassword, row.V3PrivPasswordSealed, 8),
            V3Context = InputRules.Text("v3Context", input.V3Context.Or(row.V3Context)),
            Location = InputRules.Text("location", input.Location.Or(row.Location)),
            Site = InputRules.Text("site", input.Site.Or(row.Site)),
            Functions = input.Functions.IsSet ? InputRules.Functions("functions", input.Functions.Value) : row.Functions,
            ColorCapable = input.ColorCapable.Or(row.ColorCapable),
            Profile = InputRules.Text("profile", input.Profile.Or(row.Profile)),
            InventorySeconds = input.InventorySeconds.IsSet ? InventorySeconds(input.InventorySeconds.Value) : row.InventorySeconds,
        };
        return after switch
        {
            { V3User.Length: > 32 } => throw new InputFaultException("v3User is longer than 32 characters"),
            { V3Context: { } context } when System.Text.Encoding.UTF8.GetByteCount(context) > 255 => throw new InputFaultException("v3Context is longer than 255 octets"),
            { SnmpVersion: "3", V3User: null } => throw new InputFaultException("v3User is needed with snmpVersion 3"),
            { V3Auth: not null, V3AuthPasswordSealed: null } => throw new InputFaultException("v3AuthPassword is needed with v3Auth"),
            { V3Priv: not null, V3PrivPasswordSealed: null } => throw new InputFaultException("v3PrivPassword is needed with v3Priv"),
            { V3Priv: not null, V3Auth: null } => throw new InputFaultException("v3Auth is needed with v3Priv"),
            _ => after,
        };
    }

    // An unchanged secret keeps its sealed bytes, so that "unchanged" can be told.
    private byte[]? Sealed(string column, Optional<string> given, byte[]? stored, int least)
    {
        if (!given.IsSet)
        {
            return stored;
        }

        var secret = InputRules.Text(column, given.Value);
        return secret is null ? null
            : secret.Length < least ? throw new InputFaultException($"{column} is shorter than {least} characters")
            : stored is not null && sealer.Open(stored) == secret ? stored
            : sealer.Seal(secret);
    }

    private static string Address(string? value)
    {
        var address = InputRules.Text("address", value) ?? throw new InputFaultException("address is empty");
        return Uri.CheckHostName(address) == UriHostNameType.Unknown ? throw new InputFaultException("address is no IP address and no host name") : address;
    }

    private static long Port(int? value) => value switch
    {
        null => 161,
        >= 1 and <= 65535 => value.Value,
        _ => throw new InputFaultException("port is not between 1 and 65535"),
    };

    private static long? InventorySeconds(int? value) =>
        value is null or 0 or >= 60 and <= 604800 ? value : throw new InputFaultException("inventorySeconds is neither 0 nor between 60 and 604800");

    private static string? OneOf(string column, string? value, string[] known)
    {
        var text = InputRules.Text(column, value);
        return text is null ? null
            : known.FirstOrDefault(one => one.Equals(text.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase))
                ?? throw new InputFaultException($"{column}: '{InputRules.Shorten(text)}' is none of {string.Join(", ", known)}");
    }

    private static ImmutableArray<string> Differences(DeviceRow old, DeviceRow row)
    {
        (string Column, bool Same)[] parts =
        [
            ("address", old.Address == row.Address), ("port", old.Port == row.Port), ("snmpVersion", old.SnmpVersion == row.SnmpVersion),
            ("community", ReferenceEquals(old.CommunitySealed, row.CommunitySealed)), ("v3User", old.V3User == row.V3User), ("v3Auth", old.V3Auth == row.V3Auth),
            ("v3AuthPassword", ReferenceEquals(old.V3AuthPasswordSealed, row.V3AuthPasswordSealed)), ("v3Priv", old.V3Priv == row.V3Priv),
            ("v3PrivPassword", ReferenceEquals(old.V3PrivPasswordSealed, row.V3PrivPasswordSealed)), ("v3Context", old.V3Context == row.V3Context), ("location", old.Location == row.Location),
            ("site", old.Site == row.Site), ("functions", old.Functions == row.Functions), ("colorCapable", old.ColorCapable == row.ColorCapable),
            ("profile", old.Profile == row.Profile), ("inventorySeconds", old.InventorySeconds == row.InventorySeconds),
        ];
        return [.. parts.Where(part => !part.Same).Select(part => part.Column)];
    }
}
