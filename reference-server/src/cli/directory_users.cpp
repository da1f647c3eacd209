#include "auth/password_hash.hpp"
#include "cli/user_registry.hpp"
#include "config/live_config.hpp"
#include "config/reading.hpp"
#include "control/user_arguments.hpp"

#include <mkdb/store/directory_kind.hpp>

#include <fmt/format.h>

namespace mkdb::cli {
namespace {

using namespace server;

class directory_users final : public user_registry {
public:
    directory_users(file::posix::lock_handle lock, std::filesystem::path const& directory, boost::json::object document)
        : lock_(std::move(lock)), config_(directory, std::move(document)) {}

    [[nodiscard]] result<> add(std::string const& username, std::string const& password) override {
        MKDB_TRY(username_argument({{"username", username}}));
        MKDB_TRY_ASSIGN(auto const hash, checked_hash(password));
        return config_.update([&](boost::json::object& document) {
            return add_user_section(
                document, "users", username,
                {{"username", username}, {"password_hash", hash}, {"stores", boost::json::object()}});
        });
    }

    [[nodiscard]] result<> set_password(std::string const& username, std::string const& password) override {
        MKDB_TRY_ASSIGN(auto const hash, checked_hash(password));
        return change(username, [&](boost::json::object& section) { section["password_hash"] = hash; });
    }

    [[nodiscard]] result<> grant(std::string const& username, std::string const& store, store_rights rights) override {
        return change(username, [&](boost::json::object& section) {
            auto& stores = section_at(section, "stores");
            if (rights.read || rights.write) {
                stores[store] = boost::json::object{{"read", rights.read}, {"write", rights.write}};
            } else {
                stores.erase(store);
            }
        });
    }

    [[nodiscard]] result<boost::json::array> list() override {
        boost::json::array users;
        auto const document = config_.snapshot();
        for (auto const& [name, section] : section_at(*document, "users")) {
            users.push_back(
                boost::json::object{{"username", name}, {"stores", value_at(section.get_object(), "stores")}});
        }
        return users;
    }

private:
    [[nodiscard]] static result<std::string> checked_hash(std::string const& password) {
        if (password.size() < minimum_password_length) {
            return fail(errc::invalid_argument,
                        fmt::format("a password must have at least {} characters", minimum_password_length));
        }
        return hash_password(password);
    }

    template <class Change>
    [[nodiscard]] result<> change(std::string const& username, Change const& apply) {
        return config_.update([&](boost::json::object& document) -> result<> {
            MKDB_TRY_ASSIGN(auto* const section, user_section(document, "users", username));
            apply(*section);
            return {};
        });
    }

    file::posix::lock_handle lock_; // As long as it is held no server starts here.
    live_config config_;
};

} // namespace

result<std::unique_ptr<user_registry>> open_directory_users(std::filesystem::path const& directory) {
    file::posix files;
    MKDB_TRY(refuse_backup(files, directory));
    MKDB_TRY_ASSIGN(auto loaded, config_file<file::posix>(files, directory).load());
    auto lock = files.lock(directory / "LOCK");
    if (!lock && lock.error().code == errc::locked) {
        return fail(errc::locked, fmt::format("{} is in use, by a server or another command: give the server's control "
                                              "plane instead, as http://127.0.0.1:{}, or stop it first",
                                              directory.string(), default_control_port));
    }
    if (!lock) {
        return lock.error();
    }
    return std::unique_ptr<user_registry>(
        std::make_unique<directory_users>(*std::move(lock), directory, std::move(loaded.document)));
}

} // namespace mkdb::cli
