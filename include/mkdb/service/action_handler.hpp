#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/service/access_control.hpp>
#include <mkdb/service/request.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace mkdb::service {

/// One committed change, as subscribers are told of it. The view lives only for the call.
struct update {
    std::uint64_t sequence = 0;
    std::string_view record_id;
    bool erased = false;
};

/// Called in commit order, on the committing thread: must be quick, and must not end a subscription.
using update_handler = std::function<void(std::span<update const>)>;

/// Keeps a subscription alive.
using subscription_handle = std::shared_ptr<void>;

/// The actions of a data plane, hiding from protocols and transports which database they run on.
///
/// Thread safety: all calls come from any thread.
class action_handler {
public:
    virtual ~action_handler() = default;

    virtual void handle(request asked, caller const& who, answer_handler done) = 0;

    /// `accepted` runs before the first update can; a failure is returned without calling it.
    [[nodiscard]] virtual result<subscription_handle> subscribe(std::string const& store, caller const& who,
                                                                std::function<void()> const& accepted,
                                                                update_handler on_updates) = 0;
};

} // namespace mkdb::service
