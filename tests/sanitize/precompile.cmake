# Two precompiled headers, one with Qt and one without, for every target that has enough files to gain by it.
# Only where EXEAT_PRECOMPILE says so: a file that forgets an #include must not compile in the other builds.
set(standard_headers
    <algorithm> <array> <chrono> <cstdint> <cstdlib> <expected> <functional> <map> <memory> <optional>
    <set> <span> <string> <string_view> <variant> <vector>)
set(qt_headers
    <QCoreApplication> <QDateTime> <QDir> <QFile> <QLocalSocket> <QObject> <QSocketNotifier> <QTimer>
    <nlohmann/json.hpp>)

target_precompile_headers(exeat_shared PRIVATE ${standard_headers})
foreach(target exeat_rules exeat_sandbox exeat_gate)
    target_precompile_headers(${target} REUSE_FROM exeat_shared)
endforeach()

target_precompile_headers(exeat_shared_qt PRIVATE ${standard_headers} ${qt_headers})
foreach(target exeat_policy exeat_approvals exeat_history exeat_mcp exeat_control exeat_core exeatd exeat_connect
        exeat_cli exeat_shim)
    target_precompile_headers(${target} REUSE_FROM exeat_shared_qt)
endforeach()
