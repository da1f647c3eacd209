#include "cli/control_client.hpp"
#include "cli/user_registry.hpp"

namespace mkdb::cli {
namespace {

class server_users final : public user_registry {
public:
    explicit server_users(control_client client) : client_(std::move(client)) {}

    [[nodiscard]] result<> add(std::string const& username, std::string const& password) override {
        return act({{"action", "api_create_user"}, {"username", username}, {"password", password}});
    }

    [[nodiscard]] result<> set_password(std::string const& username, std::string const& password) override {
        return act({{"action", "api_set_user_password"}, {"username", username}, {"password", password}});
    }

    [[nodiscard]] result<> grant(std::string const& username, std::string const& store, store_rights rights) override {
        if (!rights.read && !rights.write) {
            return act({{"action", "api_remove_user_store_access"}, {"username", username}, {"store", store}});
        }
        return act({{"action", "api_set_user_store_access"},
                    {"username", username},
                    {"store", store},
                    {"read", rights.read},
                    {"write", rights.write}});
    }

    [[nodiscard]] result<boost::json::array> list() override {
        MKDB_TRY_ASSIGN(auto answer, client_.act({{"action", "api_list_users"}}));
        auto* const users = answer.is_object() ? answer.get_object().if_contains("users") : nullptr;
        if (users == nullptr || !users->is_array()) {
            return fail(errc::connection, "the server's list of users is not understood; is it of another version?");
        }
        return std::move(users->get_array());
    }

private:
    [[nodiscard]] result<> act(boost::json::object const& request) const {
        auto const done = client_.act(request);
        return done ? result<>() : result<>(done.error());
    }

    control_client client_;
};

} // namespace

result<std::unique_ptr<user_registry>> open_server_users(server_address const& where, std::string const& login) {
    MKDB_TRY_ASSIGN(auto client, control_client::log_in(where, login));
    return std::unique_ptr<user_registry>(std::make_unique<server_users>(std::move(client)));
}

} // namespace mkdb::cli
