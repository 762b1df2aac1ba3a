using System.Collections.Immutable;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Redaction;

/// <summary>Follows pointers down a document that is read from the front to the back.</summary>
internal sealed class PointerMatcher
{
    private const long NoIndex = -1;

    // Of all open containers, the innermost last: the pointers that lead into it. Behind them, those that lead into the value that comes next.
    private readonly List<JsonPointer> _leading = [];
    private readonly Stack<(int Start, long NextIndex)> _containers = [];
    private int _next;

    public PointerMatcher(ImmutableArray<JsonPointer> pointers)
    {
        foreach (var pointer in pointers)
        {
            Follow(pointer, depth: 0);
        }

        LongestName = pointers.Select(pointer => pointer.LongestName).DefaultIfEmpty(0).Max();
    }

    /// <summary>How many UTF-16 units the longest name has that any of them asks for.</summary>
    public int LongestName { get; }

    /// <summary>Whether the value that comes next is meant.</summary>
    public bool IsMatch { get; private set; }

    /// <summary>Whether something within the value that comes next may be meant.</summary>
    public bool LeadsOn => _leading.Count > _next;

    /// <summary>The next value is that of this member.</summary>
    public void Member(ReadOnlySpan<char> name) =>
        Step(
            name,
            NameFolding.IsPlain(name) ? default : NameFolding.Fold(name, NameFolding.Limit(LongestName)),
            isReadable: true,
            NoIndex
        );

    /// <summary>The next value is that of a member whose name is longer than all that are asked for.</summary>
    public void OtherMember() => Step(name: default, folded: default, isReadable: false, NoIndex);

    /// <summary>A value comes. In an array it is the next element.</summary>
    public void Value()
    {
        if (_containers.TryPeek(out var container) && container.NextIndex != NoIndex)
        {
            _ = _containers.Pop();
            _containers.Push((container.Start, container.NextIndex + 1));
            Step(name: default, folded: default, isReadable: false, container.NextIndex);
        }
    }

    /// <summary>Goes into the value, a container.</summary>
    public void Enter(bool isArray)
    {
        _containers.Push((_next, isArray ? 0 : NoIndex));
        _next = _leading.Count;
    }

    /// <summary>Goes out of the innermost container.</summary>
    public void Leave()
    {
        _next = _containers.Pop().Start;
        ForgetValue();
    }

    private void Step(ReadOnlySpan<char> name, ReadOnlySpan<char> folded, bool isReadable, long index)
    {
        ForgetValue();
        var depth = _containers.Count - 1;
        for (var i = _containers.Peek().Start; i < _next; i++)
        {
            var segment = _leading[i].Segments[depth];
            if (
                index == NoIndex
                    ? segment.IsAny || (isReadable && segment.IsMember(name, folded))
                    : segment.IsElement(index)
            )
            {
                Follow(_leading[i], depth + 1);
            }
        }
    }

    private void ForgetValue()
    {
        _leading.RemoveRange(_next, _leading.Count - _next);
        IsMatch = false;
    }

    private void Follow(JsonPointer pointer, int depth)
    {
        if (pointer.Segments.Length == depth)
        {
            IsMatch = true;
        }
        else
        {
            _leading.Add(pointer);
        }
    }
}
