// MachineCases
