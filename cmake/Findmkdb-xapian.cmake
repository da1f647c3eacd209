# Xapian, against which benchmarks compare: mkdb::libxapian.
find_path(MKDB_XAPIAN_INCLUDE_DIR xapian.h)
find_library(MKDB_XAPIAN_LIBRARY xapian)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(mkdb-xapian REQUIRED_VARS MKDB_XAPIAN_LIBRARY MKDB_XAPIAN_INCLUDE_DIR)
if(mkdb-xapian_FOUND AND NOT TARGET mkdb::libxapian)
  add_library(mkdb::libxapian UNKNOWN IMPORTED)
  set_target_properties(mkdb::libxapian PROPERTIES IMPORTED_LOCATION "${MKDB_XAPIAN_LIBRARY}"
                                                   INTERFACE_INCLUDE_DIRECTORIES "${MKDB_XAPIAN_INCLUDE_DIR}")
endif()
