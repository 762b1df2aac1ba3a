namespace Orders;

/// <summary>The orders, in memory. Safe to use from any thread.</summary>
internal sealed class OrderStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Order> _orders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _idsByCustomer = new(StringComparer.Ordinal);

    public bool TryAdd(Order order)
    {
        lock (_lock)
        {
            if (!_orders.TryAdd(order.Id, order))
            {
                return false;
            }

            if (!_idsByCustomer.TryGetValue(order.Customer, out var ids))
            {
                _idsByCustomer.Add(order.Customer, ids = []);
            }

            ids.Add(order.Id);
            return true;
        }
    }

    public Order? Find(string id)
    {
        lock (_lock)
        {
            return _orders.GetValueOrDefault(id);
        }
    }

    /// <summary>The customer's orders, the latest first.</summary>
    public IReadOnlyList<Order> LatestOf(string customer, int count)
    {
        lock (_lock)
        {
            return _idsByCustomer.TryGetValue(customer, out var ids)
                ? [.. ids.TakeLast(count).Reverse().Select(id => _orders[id])]
                : [];
        }
    }

    /// <summary>Replaces an order, unless someone else has done so since it was read.</summary>
    public bool TryReplace(Order current, Order changed)
    {
        lock (_lock)
        {
            if (!ReferenceEquals(_orders.GetValueOrDefault(current.Id), current))
            {
                return false;
            }

            _orders[current.Id] = changed;
            return true;
        }
    }
}
