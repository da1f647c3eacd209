#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/engine/unique_field.hpp>
#include <mkdb/engine/value_claims.hpp>

#include <boost/json/value.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mkdb::engine {

/// What the leader of a commit needs in order to keep fields unique over all partitions. Never changed: who wants other
/// fields unique makes another one.
struct unique_values {
    using id_test = std::function<bool(std::string_view)>;

    unique_fields fields;
    std::shared_ptr<value_claims> claims; ///< The one table of the store, whichever fields were unique before.
    /// A visible record that holds the value, besides those that are `passed_over`. No lock is held over the whole of
    /// it. Errors: `closed` while the store goes away.
    std::function<result<std::optional<std::string>>(unique_field const&, boost::json::value const& value,
                                                     id_test const& passed_over)>
        find_holder;
};

} // namespace mkdb::engine
