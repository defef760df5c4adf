using System.Collections.Immutable;

namespace CopyTrack.Server.Web.Navigation;

/// <summary>A page in the menu: its path, its English label, the policy of whoever may see it, and the second key of its shortcut (after <c>g</c>), if any.</summary>
internal sealed record NavItem(string Path, string Label, string Policy, string? Shortcut = null);

/// <summary>Pages that belong together under an English heading; null for pages that need none.</summary>
internal sealed record NavGroup(string? Label, ImmutableArray<NavItem> Items);
