def test_the_settings_of_tests_are_those_of_production(settings):
    """DEBUG is off, so that tests meet the pages, cookies and headers that people will meet."""
    assert settings.DEBUG is False
    assert settings.SESSION_COOKIE_NAME == "__Host-session"
