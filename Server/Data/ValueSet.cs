using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Data;
using System.Text.Json;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace CopyTrack.Server.Data;

/// <summary>
/// A set of names or ids, told apart to the letter, and as such a parameter of a statement, for <c>= any(@name)</c>: an array in PostgreSQL, a JSON array in SQLite (<see cref="SqlText"/>).
/// An empty one is null there, which nothing equals. Two sets of the same values are equal.
/// </summary>
public sealed class ValueSet<T> : SqlMapper.ICustomQueryParameter, IEquatable<ValueSet<T>>
    where T : notnull, IComparable<T>
{
    private static readonly IComparer<T> s_order = typeof(T) == typeof(string) ? (IComparer<T>)(object)StringComparer.Ordinal : Comparer<T>.Default;

    private readonly FrozenSet<T> set;

    private ValueSet(IEnumerable<T> values)
    {
        Values = [.. values.Distinct().Order(s_order)];
        set = Values.ToFrozenSet();
    }

    /// <summary>The empty set.</summary>
    internal static ValueSet<T> None { get; } = new([]);

    /// <summary>The values in order.</summary>
    public ImmutableArray<T> Values { get; }

    /// <summary>True when it has no value.</summary>
    public bool IsEmpty => Values.IsEmpty;

    /// <summary>A set of these values.</summary>
    internal static ValueSet<T> Of(IEnumerable<T> values) => new ValueSet<T>(values) is { IsEmpty: false } some ? some : None;

    /// <summary>Whether a value is one of them; what is null is none.</summary>
    public bool Has(T? value) => value is not null && set.Contains(value);

    /// <inheritdoc/>
    public void AddParameter(IDbCommand command, string name)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        if (parameter is NpgsqlParameter array)
        {
            array.NpgsqlDbType = NpgsqlDbType.Array | (typeof(T) == typeof(string) ? NpgsqlDbType.Text : NpgsqlDbType.Bigint);
            array.Value = IsEmpty ? DBNull.Value : Values.ToArray();
        }
        else
        {
            parameter.Value = IsEmpty ? DBNull.Value : JsonSerializer.Serialize(Values.ToArray());
        }

        command.Parameters.Add(parameter);
    }

    /// <inheritdoc/>
    public bool Equals(ValueSet<T>? other) => other is not null && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ValueSet<T>);

    /// <inheritdoc/>
    public override int GetHashCode() => Values.Aggregate(0, HashCode.Combine);

    /// <summary>A text that no other set has.</summary>
    public override string ToString() => JsonSerializer.Serialize(Values.ToArray());
}
