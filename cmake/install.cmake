include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS mkdb mkdb_net mkdb_isal EXPORT mkdb-targets FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT mkdb-targets NAMESPACE mkdb:: DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/mkdb")
configure_package_config_file(cmake/mkdb-config.cmake.in "${PROJECT_BINARY_DIR}/mkdb-config.cmake"
                              INSTALL_DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/mkdb")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/mkdb-config-version.cmake" COMPATIBILITY SameMajorVersion
                                 ARCH_INDEPENDENT)
install(FILES "${PROJECT_BINARY_DIR}/mkdb-config.cmake" "${PROJECT_BINARY_DIR}/mkdb-config-version.cmake"
              cmake/Findmkdb-isal.cmake cmake/Findmkdb-re2.cmake cmake/Findmkdb-stemmer.cmake
              cmake/Findmkdb-xxhash.cmake
        DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/mkdb")
