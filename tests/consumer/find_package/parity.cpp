#include <mkdb/mkdb.hpp>
#include <mkdb/parity/isal.hpp>

struct my_policies : mkdb::default_policies {
    using parity = mkdb::parity::isal;
};

int main() {
    return my_policies::parity::make({245, 10}).has_value() ? 0 : 1;
}
