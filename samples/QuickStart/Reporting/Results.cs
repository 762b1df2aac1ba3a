using QuickStart.Copies;
using QuickStart.Traffic;
using ShadowMiddleware;

namespace QuickStart.Reporting;

/// <summary>All that the table and its conclusion are made of.</summary>
internal sealed record Results(ClientView Client, CopyCheck Copies, ShadowLedger Ledger);
