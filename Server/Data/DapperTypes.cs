using System.Data;
using System.Globalization;
using Dapper;

namespace CopyTrack.Server.Data;

/// <summary>How C# values stand in columns of both databases: times as microseconds, flags as 0 and 1, column names with underscores.</summary>
public static class DapperTypes
{
    /// <summary>Makes Dapper use these forms. May be called more than once.</summary>
    public static void Register()
    {
        foreach (var type in (Type[])[typeof(DateTimeOffset), typeof(DateTimeOffset?), typeof(bool), typeof(bool?)])
        {
            SqlMapper.RemoveTypeMap(type);
        }

        SqlMapper.AddTypeHandler(new InstantHandler());
        SqlMapper.AddTypeHandler(new FlagHandler());
        DefaultTypeMap.MatchNamesWithUnderscores = true;
    }

    private sealed class InstantHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value)
        {
            parameter.DbType = DbType.Int64;
            parameter.Value = value.ToMicros();
        }

        public override DateTimeOffset Parse(object value) => Instant.FromMicros((long)value);
    }

    private sealed class FlagHandler : SqlMapper.TypeHandler<bool>
    {
        public override void SetValue(IDbDataParameter parameter, bool value)
        {
            parameter.DbType = DbType.Int16;
            parameter.Value = value ? (short)1 : (short)0;
        }

        public override bool Parse(object value) => value as bool? ?? Convert.ToInt64(value, CultureInfo.InvariantCulture) != 0;
    }
}
