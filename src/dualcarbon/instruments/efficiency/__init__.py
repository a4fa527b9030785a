"""Markets of saved energy: white certificates, energy-use rights, both merged."""
