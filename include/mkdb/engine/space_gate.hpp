#pragma once

namespace mkdb::engine {

/// Whether the disks of a store are full: then only what makes room may use what is left of them.
///
/// Thread safety: safe from any thread.
class space_gate {
public:
    virtual ~space_gate() = default;

    /// Looks again whether there is room when there was none.
    [[nodiscard]] virtual bool is_shut() = 0;

    /// To be called when the disk was found full. Gives free what was kept for this moment; false when that was done
    /// before.
    [[nodiscard]] virtual bool shut() = 0;
};

} // namespace mkdb::engine
