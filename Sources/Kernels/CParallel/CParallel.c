#include "CParallel.h"
