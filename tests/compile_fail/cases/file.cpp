#include "archetypes/bundle.hpp"

#include <mkdb/checked_policies.hpp>

namespace {

struct only_opens {
    using file = archetypes::opened_file;
    using lock_handle = archetypes::held_lock;
    [[nodiscard]] mkdb::result<file> open(std::filesystem::path const& name, mkdb::file::open_mode mode);
};

struct bundle : archetypes::bundle {
    using file = only_opens;
};

} // namespace

template struct mkdb::checked_policies<bundle>;
