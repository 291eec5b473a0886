// InferenceCases
