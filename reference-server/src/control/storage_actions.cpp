#include "control/actions.hpp"
#include "control/storage_report.hpp"
#include "control/store_arguments.hpp"

namespace mkdb::server::actions {

result<boost::json::value> get_storage_report(control_context& context, boost::json::object const& arguments,
                                              control_caller const&) {
    boost::json::array stores;
    if (arguments.contains("name") || arguments.contains("store")) {
        MKDB_TRY_ASSIGN(auto const store, store_argument(context, arguments));
        stores.push_back(storage_report(*store));
    } else {
        for (auto const& name : context.database.store_names()) {
            if (auto const store = context.database.find_store(name)) {
                stores.push_back(storage_report(*store));
            }
        }
    }
    auto const count = stores.size();
    return boost::json::object{{"stores", std::move(stores)}, {"count", count}};
}

} // namespace mkdb::server::actions
