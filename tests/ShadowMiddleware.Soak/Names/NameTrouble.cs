namespace ShadowMiddleware.Soak.Names;

/// <summary>What asking for the addresses of a host can come to.</summary>
internal enum NameTrouble
{
    /// <summary>The address is there at once.</summary>
    None,

    /// <summary>It is there, and is another one than before.</summary>
    Elsewhere,

    /// <summary>It takes seconds.</summary>
    Hang,

    /// <summary>It takes until the run ends, or minutes.</summary>
    EndlessHang,

    /// <summary>There is none.</summary>
    Failure,
}
