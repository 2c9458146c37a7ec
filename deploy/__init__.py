"""How the same processes run on AWS: `python -m deploy plan ENVIRONMENT`. It knows no app and no Django."""
