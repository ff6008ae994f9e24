# exeat::syntaxhighlighting: KDE's KSyntaxHighlighting for Qt 6, the distribution's or the one that installer/setup built.
find_package(KF6SyntaxHighlighting QUIET GLOBAL)
if(KF6SyntaxHighlighting_FOUND)
    add_library(exeat::syntaxhighlighting ALIAS KF6::SyntaxHighlighting)
    return()
endif()

set(builder ${PROJECT_SOURCE_DIR}/installer/ksyntaxhighlighting)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${builder})
execute_process(COMMAND ${builder} --where OUTPUT_VARIABLE folder OUTPUT_STRIP_TRAILING_WHITESPACE)
# Where another version of Qt was, its build of the library must not stay.
unset(KF5SyntaxHighlighting_DIR CACHE)
if(folder)
    # Only there: the distribution's library of this name is for Qt 5.
    find_package(KF5SyntaxHighlighting 5.116 QUIET GLOBAL CONFIG PATHS ${folder} NO_DEFAULT_PATH)
endif()
if(NOT KF5SyntaxHighlighting_FOUND)
    message(FATAL_ERROR "KSyntaxHighlighting for Qt 6 is missing. Cure on Debian and its family: installer/setup build; "
        "elsewhere: the package of KDE Frameworks 6 that brings KF6SyntaxHighlightingConfig.cmake "
        "(Fedora: kf6-syntax-highlighting-devel, Arch: syntax-highlighting)")
endif()
add_library(exeat::syntaxhighlighting ALIAS KF5::SyntaxHighlighting)
