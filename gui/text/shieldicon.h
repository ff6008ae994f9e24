#pragma once

#include <QIcon>

namespace exeat {

/** States by shape, not by colour alone. */
enum class Shield { Idle, Running, Question, Warning, Paused, Gone };

/** Drawn, so that it is sharp at every size. `badge`: a number at its corner, 0 = none. Main thread. */
QIcon shieldIcon(Shield state, int badge = 0);

} // namespace exeat
