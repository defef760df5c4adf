-- Buckets of members with their groups. Parameters: generation, buckets. Rows: members (MemberBuckets). Index: primary key.
select members from directory_members where generation = @generation and bucket in @buckets
