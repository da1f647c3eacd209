#include "auth/hash_upgrade.hpp"
#include "auth/password_hash.hpp"

namespace mkdb::server {

void upgrade_hash(live_config& config, std::initializer_list<std::string_view> path, std::string const& old,
                  std::string const& password) {
    if (!needs_upgrade(old)) {
        return;
    }
    auto const hash = hash_password(password);
    if (!hash) {
        return;
    }
    // A failure to save leaves the old hash, which is as good as it was; the next login tries again.
    static_cast<void>(config.update([&](boost::json::object& document) -> result<> {
        auto* section = &document;
        for (auto const segment : path) {
            auto* const found = section->if_contains(segment);
            if (found == nullptr || !found->is_object()) {
                return fail(errc::not_found, "the user is gone");
            }
            section = &found->get_object();
        }
        if (section->at("password_hash").get_string() != old) {
            return fail(errc::not_found, "the password was changed meanwhile");
        }
        (*section)["password_hash"] = *hash;
        return {};
    }));
}

} // namespace mkdb::server
